/** What the renderers of offers of any issuer say, and how it reads in Dutch. */
export const dutchWallet = {
  'You do not know this issuer: what it says of itself nobody checked.':
    'U kent deze uitgever niet: wat hij van zichzelf zegt, heeft niemand nagegaan.',
  'Open this in a browser, once:': 'Open dit in een browser, één keer:',
  because: 'omdat',
  for: 'voor',
  'says its name is': 'zegt te heten',
  'signed by': 'ondertekend door',
  known: 'bekend',
  'yes, and trusted': 'ja, en vertrouwd',
  offers: 'biedt aan',
  yourself: 'uzelf',
  'your organisation': 'uw organisatie',
  'asks for': 'vraagt om',
  'a transaction code': 'een transactiecode',
  'takes the place of': 'komt in de plaats van',
  'one that ends soon': 'een dat binnenkort afloopt',
  'left out: a format we do not read': 'blijft weg: een vorm die wij niet lezen',
  'take it': 'neem het aan',
  'leave it': 'laat het',
  '(nobody offers anything)': '(niemand biedt iets aan)',
  'came in': 'kwam binnen',
  'set aside': 'opzij gelegd',
  'written to': 'geschreven naar',
  credentials: 'bewijzen',
  'keys they are bound to': 'sleutels waaraan ze gebonden zijn',
  'Keep it and its passphrase apart: whoever has both can show these credentials as you.':
    'Bewaar het bestand en de wachtzin apart: wie beide heeft, kan deze bewijzen tonen als u.',
  '{count} are about your DID: another node takes them only where it has that DID.':
    '{count} gaan over uw DID: een andere node neemt ze alleen over als die DID daar is.',
  'Not in it; ask their issuers again at the other node:':
    'Zitten er niet in; vraag ze bij de andere node opnieuw aan:',
  '{new} new, {present} already here, {refused} refused.':
    '{new} nieuw, {present} al hier, {refused} geweigerd.',
  'Taken: {new} new, {present} already here, {refused} refused.':
    'Overgenomen: {new} nieuw, {present} al hier, {refused} geweigerd.',
  'One key in two places is one holder in two places: remove the wallet where you no longer use it.':
    'Eén sleutel op twee plekken is één houder op twee plekken: verwijder de wallet waar u hem niet meer gebruikt.',
  outcome: 'uitkomst',
} as const
