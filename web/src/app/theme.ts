import { createTheme } from '@mantine/core';

/**
 * theme: one accent, system fonts, nothing that has to be fetched. The darker shades of the colours are dark enough for
 * white text on them, and for them as text on the lightest ones (WCAG 2.2 AA, 4.5 to 1).
 */
export const theme = createTheme({
  primaryColor: 'teal',
  primaryShade: 7,
  colors: {
    teal: [
      '#e6f7f4',
      '#c9eee7',
      '#99e2d2',
      '#66d1bb',
      '#3cc2a8',
      '#1fa790',
      '#0f766e',
      '#0f766e',
      '#0d6b63',
      '#0a524c',
    ],
    red: ['#fff0f0', '#ffe0e0', '#ffc4c4', '#ffa8a8', '#ff8787', '#f05a5a', '#c92a2a', '#c92a2a', '#b02525', '#8f1d1d'],
    orange: [
      '#fff4e6',
      '#ffe8cc',
      '#ffd8a8',
      '#ffc078',
      '#ffa94d',
      '#e07a1f',
      '#a34e00',
      '#a34e00',
      '#8f4400',
      '#733700',
    ],
    gray: [
      '#f8f9fa',
      '#f1f3f5',
      '#e9ecef',
      '#dee2e6',
      '#ced4da',
      '#868e96',
      '#57606a',
      '#495057',
      '#343a40',
      '#212529',
    ],
  },
  components: {
    Anchor: { defaultProps: { underline: 'always' } },
    Modal: {
      defaultProps: { closeButtonProps: { 'aria-label': 'Close' }, attributes: { header: { role: 'presentation' } } },
    },
  },
  defaultRadius: 'md',
  fontFamily: 'Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "DejaVu Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace',
  headings: {
    fontWeight: '650',
    sizes: { h1: { fontSize: '1.5rem' }, h2: { fontSize: '1.125rem' }, h3: { fontSize: '1rem' } },
  },
  cursorType: 'pointer',
  focusRing: 'auto',
});
