/** Short names for what is done every day: the word after `regie`, and the operation it stands for. */
export const aliases: Readonly<Record<string, string>> = {
  register: 'registrations.apply',
  read: 'access.read',
  present: 'credentials.present',
  verify: 'verifications.create',
  log: 'access.log',
}
