export { default } from "../compare/loading";
