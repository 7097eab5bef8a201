export function RolloutPage() { return null; }
