/** What the renderers of e-mails say, and how it reads in Dutch. */
export const dutchMail = {
  '(no e-mails)': '(geen e-mails)',
  '(no e-mail came back)': '(er kwam geen e-mail terug)',
  'e-mail': 'e-mail',
  to: 'aan',
  why: 'waarom',
  'last e-mail': 'laatste e-mail',
  'came back': 'teruggekomen',
  'last time': 'laatste keer',
  'its server said': 'de server zei',
  'change it': 'wijzigen',
  'send it': 'versturen',
  'hold it back': 'tegenhouden',
  'mail it again': 'weer mailen',
  'E-mail goes again to the address of {mail}.': 'Er gaat weer e-mail naar het adres van {mail}.',
} as const
