/**
 * What JSON can hold: the value of a variant. Values that a program serves are
 * shared between all who evaluate, and frozen.
 */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** The type that all variants of a flag share. */
export type ValueType = 'boolean' | 'string' | 'number' | 'json';
