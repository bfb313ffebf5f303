/** States of the nodes that are run for others. */
export const codesHosting: Readonly<Record<string, readonly [en: string, nl: string]>> = {
  hosted_creating: ['being made', 'wordt gemaakt'],
  hosted_active: ['active', 'actief'],
  hosted_suspended: ['suspended', 'opgeschort'],
  hosted_leaving: ['leaving', 'vertrekt'],
  hosted_left: ['left; its file is here', 'vertrokken; het bestand is hier'],
  hosted_removed: ['removed', 'verwijderd'],
}
