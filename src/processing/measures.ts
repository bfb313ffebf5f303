/** Technical and organisational measures that the program takes by itself (AVG, article 32): keep them as the code is. */
export const measures: readonly { readonly nl: string; readonly en: string }[] = [
  {
    nl: 'Persoonsgegevens en sleutels staan versleuteld opgeslagen (AES-256-GCM), met een sleutel per partij; zonder de hoofdsleutel start het programma niet.',
    en: 'Personal data and keys are stored encrypted (AES-256-GCM), with a key for each party; without the master key the program does not start.',
  },
  {
    nl: 'Niets wordt getoond zonder toegangsmachtiging van de betrokkene zelf: per gegeven, voor een doel, met een einddatum, en op elk moment in te trekken.',
    en: 'Nothing is shown without a grant of the data subject: for each claim, for a purpose, until a day, and to be revoked at any moment.',
  },
  {
    nl: 'Elke inzage, ook een geweigerde, staat in een logboek dat de betrokkene kan lezen; inzage door eigen medewerkers en systemen wordt vastgelegd met het token waarmee zij plaatsvond.',
    en: 'Each look, also a refused one, is in a log that the data subject can read; looks by own employees and systems are recorded with the token that was used.',
  },
  {
    nl: 'Besluiten en wijzigingen staan in een logboek waarvan de regels aan elkaar vastzitten, zodat weghalen of veranderen opvalt.',
    en: 'Decisions and changes are in a log whose entries are chained, so that taking out or changing one shows.',
  },
  {
    nl: 'Wie vraagt bewijst met een digitale handtekening wie hij is, namens wie hij vraagt en dat zijn organisatie de regels van het netwerk aanvaardde.',
    en: 'Whoever asks proves by a digital signature who she is, for whom she asks, and that her organisation accepted the rules of the network.',
  },
  {
    nl: 'Medewerkers en systemen hebben rollen met elk hun eigen rechten; tokens verlopen en worden alleen als controlegetal bewaard.',
    en: 'Employees and systems have roles with rights of their own; tokens expire and are kept as a digest only.',
  },
  {
    nl: 'Waarden van persoonsgegevens komen niet in logboeken, foutmeldingen, meldingen aan eigen systemen of adressen.',
    en: 'Values of personal data do not get into logs, error messages, messages to own systems or addresses.',
  },
  {
    nl: 'Verzoeken naar buiten gaan door één uitgang die adressen in het eigen netwerk weigert en antwoorden in tijd en omvang begrenst.',
    en: 'Requests to the outside go through one exit that refuses addresses in the own network and bounds answers in time and size.',
  },
]
