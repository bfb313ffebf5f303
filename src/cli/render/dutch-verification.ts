/** What the renderers of requests to wallets say, and how it reads in Dutch. */
export const dutchVerification = {
  'Scan this with a wallet, or open the link where the wallet is:':
    'Scan dit met een wallet, of open de link waar de wallet is:',
  'asked as': 'gevraagd als',
  'the wallet is': 'de wallet is',
  'certificate authority': 'certificaatautoriteit',
  'address of the issuer': 'adres van de uitgever',
  preset: 'vraag',
  parameters: 'gegevens',
  'what it proves': 'wat het bewijst',
  PROVEN: 'BEWEZEN',
  'NOT PROVEN': 'NIET BEWEZEN',
} as const
