/** What the renderers of the policy say, and how it reads in Dutch. */
export const dutchPolicy = {
  'Nothing changed from version {from} to version {to}.':
    'Er is niets veranderd van versie {from} naar versie {to}.',
  'You accepted version {version} of the TTP-policy for the company.':
    'U hebt versie {version} van de TTP-policy voor het bedrijf aanvaard.',
} as const
