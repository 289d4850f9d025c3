/** Stands apart because a constant of a client module cannot be read on the server. */
export const pageSize = 50;
