export function Hygiene() { return null; }
