/** What the renderers of signing in with a browser say, and how it reads in Dutch. */
export const dutchSignIn = {
  'It signs in as you, until {until}: show it to nobody.':
    'Hij meldt aan als u, tot {until}: laat hem aan niemand zien.',
  '(signed in with no browser)': '(met geen browser aangemeld)',
  'With a browser, on this page:': 'Met een browser, op deze pagina:',
  browser: 'browser',
  'signed in with': 'aangemeld met',
  since: 'sinds',
  'last used': 'laatst gebruikt',
  'sign one out': 'er een afmelden',
  'That browser is signed out.': 'Die browser is afgemeld.',
  'browsers signed out': 'afgemelde browsers',
  '(no passkey)': '(geen passkey)',
  added: 'toegevoegd',
  'opens your key': 'opent uw sleutel',
  'Nobody signs in with that passkey any more, and it opens nothing.':
    'Met die passkey meldt niemand zich meer aan, en hij opent niets.',
  'By that name she signs in from now on, and nobody else.':
    'Onder die naam meldt zij zich voortaan aan, en niemand anders.',
}
