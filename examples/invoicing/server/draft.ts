import type { Line } from '../shared/invoice.js';
import type { Draft } from './book.js';
import { Problem } from './problem.js';

const MOST_LINES = 2000;

/** Reads what a caller sent as an invoice to be made; a Problem says what is wrong with it. */
export function draftOf(body: unknown, at = ''): Draft {
  const { customer, lines } = objectOf(body, at || 'the body');
  if (typeof customer !== 'string' || customer.trim() === '' || customer.length > 80) {
    throw new Problem(422, `${at}customer: must be a name of 1 to 80 characters`);
  }
  if (!Array.isArray(lines) || lines.length === 0 || lines.length > MOST_LINES) {
    throw new Problem(422, `${at}lines: must be a list of 1 to ${MOST_LINES} lines`);
  }
  return { customer: customer.trim(), lines: lines.map((line, i) => lineOf(line, `${at}lines[${i}].`)) };
}

function lineOf(body: unknown, at: string): Line {
  const { description, quantity, price } = objectOf(body, at);
  if (typeof description !== 'string' || description.trim() === '' || description.length > 120) {
    throw new Problem(422, `${at}description: must be a text of 1 to 120 characters`);
  }
  return {
    description: description.trim(),
    quantity: wholeOf(quantity, `${at}quantity`),
    price: wholeOf(price, `${at}price`),
  };
}

function wholeOf(value: unknown, at: string): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > 100_000_000) {
    throw new Problem(422, `${at}: must be a whole number from 1; prices are in minor units`);
  }
  return value;
}

function objectOf(body: unknown, at: string): Record<string, unknown> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new Problem(422, `${at}: must be an object`);
  }
  return body as Record<string, unknown>;
}
