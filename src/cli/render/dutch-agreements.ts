/** What renderers of agreements say, and how it reads in Dutch. */
export const dutchAgreements = {
  '(no contract templates)': '(geen contractmodellen)',
  '(nothing to look at again)': '(niets om opnieuw te bekijken)',
  law: 'wet',
  '(no agreements)': '(geen overeenkomsten)',
  '(nothing changed)': '(er is niets veranderd)',
  'waits for': 'wacht op',
  'read it': 'lees de tekst',
  title: 'titel',
  text: 'tekst',
  at: 'wanneer',
}
