export function FlagHistory() { return null; }
