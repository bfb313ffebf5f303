/** What the renderers of the policy say, and how it reads in Dutch. */
export const dutchPolicy = {
  'Nothing changed from version {from} to version {to}.':
    'Er is niets veranderd van versie {from} naar versie {to}.',
} as const
