/** What the renderers of registrations say, and how it reads in Dutch. */
export const dutchRegistration = {
  'Our company has not applied for registration.': 'Ons bedrijf heeft zich niet aangemeld.',
  'Applied. The servicedesk of the trust anchor now decides about it.':
    'Aangemeld. De servicedesk van het vertrouwensanker beslist er nu over.',
  'The servicedesk of the trust anchor is investigating our company.':
    'De servicedesk van het vertrouwensanker onderzoekt ons bedrijf.',
  'Accepted. The policy has yet to be accepted by everybody who must sign for our company.':
    'Geaccepteerd. Nog niet iedereen die voor ons bedrijf moet tekenen heeft de policy aanvaard.',
  'It stands still: the servicedesk of the trust anchor will talk to us.':
    'Het staat stil: de servicedesk van het vertrouwensanker neemt contact met ons op.',
  'Our company is registered: it is in the trust network.':
    'Ons bedrijf is geregistreerd: het zit in het vertrouwensnetwerk.',
  'The trust anchor declined our application.': 'Het vertrouwensanker wees onze aanmelding af.',
  'Our company does not take part.': 'Ons bedrijf ziet ervan af.',
  'The application was withdrawn.': 'De aanmelding is ingetrokken.',
  '(nobody applied)': '(niemand meldde zich aan)',
  '{name} waits for the servicedesk.': '{name} wacht op de servicedesk.',
  '{name} is being investigated.': '{name} wordt onderzocht.',
  '{name} is accepted. Its node has yet to apply.':
    '{name} is geaccepteerd. De node moet zich nog aanmelden.',
  '{name} is accepted. The policy has yet to be accepted by everybody who must.':
    '{name} is geaccepteerd. Nog niet iedereen die dat moet, heeft de policy aanvaard.',
  '{name} is registered. Its registration and attestation are offered to its node.':
    '{name} is geregistreerd. De registratie en de bevestiging worden aan de node aangeboden.',
  'The case of {name} stands still.': 'Het dossier van {name} staat stil.',
  'The application of {name} was declined.': 'De aanmelding van {name} is afgewezen.',
  '{name} does not want to take part.': '{name} ziet ervan af.',
  'The order for {name} was withdrawn.': 'De opdracht voor {name} is ingetrokken.',
  'contact person': 'contactpersoon',
  'intended roles': 'beoogde rollen',
  'expected next': 'volgende stap verwacht',
  moves: 'stappen',
  notes: 'notities',
  due: 'verwacht',
  'owner at the servicedesk': 'behandelaar',
  '(nothing waits)': '(er wacht niets)',
  '{when}, OVERDUE': '{when}, TE LAAT',
  take: 'opnemen',
  '(nothing differs)': '(er verschilt niets)',
  'it says': 'zegt het zelf',
  'the register says': 'zegt het register',
  DIFFERS: 'VERSCHILT',
  '(the trade register was not asked yet)': '(het handelsregister is nog niet geraadpleegd)',
  '(nobody is registered under that name)': '(onder die naam staat niemand ingeschreven)',

  required: 'verplicht',
  optional: 'mag',
  item: 'onderdeel',
  'kept until': 'bewaard tot en met',
  '(no files are kept)': '(er worden geen bestanden bewaard)',
  'its case runs': 'het dossier loopt nog',
  needed: 'nodig',
  remark: 'opmerking',
  on: 'op',
  authority: 'bevoegdheid',
  limits: 'grenzen',
  'in the extract': 'in het uittreksel',
  'accepted on': 'aanvaard op',
  'Nothing that is required is missing.': 'Er ontbreekt niets dat verplicht is.',
  'Handed in; the servicedesk looks at it.': 'Aangeleverd; de servicedesk kijkt ernaar.',
  'Not to be accepted yet. Missing: {names}.': 'Nog niet te accepteren. Er ontbreekt: {names}.',
  'Let {domain} publish this TXT record, and look then:':
    'Laat {domain} dit TXT-record publiceren en kijk daarna:',

  'next talk': 'volgend gesprek',
} as const
