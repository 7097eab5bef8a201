/** What the harness itself costs: it is part of every other number. */
export const create = () => ({
  context: (user) => user,
  evaluate: (flag) => flag.on,
  all: () => 1000,
});
