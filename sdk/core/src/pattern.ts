export interface Pattern {
  test(text: string): boolean;
}
export function compilePattern(text: string): Pattern {
  return new RegExp(text, 'u');
}
