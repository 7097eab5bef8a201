export function schemaOf(url: string): Promise<string>;
