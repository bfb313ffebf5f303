/** What the renderers of the policy say, and how it reads in Dutch. */
export const dutchPolicy = {
  'Nothing changed from version {from} to version {to}.':
    'Er is niets veranderd van versie {from} naar versie {to}.',
  'It counts once the others who must sign with you accept too: {missing}.':
    'Het telt zodra ook de anderen aanvaarden die met u tekenen: {missing}.',
  'still missing': 'ontbreken nog',
  'You accepted version {version} of the TTP-policy for the company.':
    'U hebt versie {version} van de TTP-policy voor het bedrijf aanvaard.',
  parties: 'partijen',
  told: 'bericht gehad',
  waiting: 'wacht',
  'accepted the policy': 'aanvaardde',
  suspended: 'geschorst',
  excused: 'toch hervat',
  campaign: 'campagne',
  deadline: 'uiterlijk',
  '(no campaigns yet)': '(nog geen campagnes)',
  party: 'partij',
  'Nothing is left to accept.': 'Er is niets meer te aanvaarden.',
  'takes effect': 'gaat in',
  'accept it with': 'aanvaarden met',
  you: 'u',
  '(nobody accepted the policy yet)': '(nog niemand aanvaardde de policy)',
  person: 'persoon',
} as const
