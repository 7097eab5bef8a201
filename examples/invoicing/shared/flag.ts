/** The flags of the application, by the keys under which they are kept. */
export const flag = {
  pdf: 'new-pdf-engine',
  dashboard: 'redesigned-dashboard',
  chat: 'ai-chatbot',
  bulk: 'bulk-invoice-api',
  maintenance: 'maintenance-mode',
} as const;
