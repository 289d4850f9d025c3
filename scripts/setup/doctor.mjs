export async function diagnose() { return 0; }
