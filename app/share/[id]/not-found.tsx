import { SignInFrame } from "@/components/people/sign-in-frame";

export default function NotFound() {
  return (
    <SignInFrame title="This link leads nowhere">
      <p className="text-ink-2">It was withdrawn, has expired, or is mistyped. Ask whoever sent it for a new one.</p>
    </SignInFrame>
  );
}
