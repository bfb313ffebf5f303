/** Codes of what became of e-mails. */
export const codesMail: Readonly<Record<string, readonly [en: string, nl: string]>> = {
  mail_draft: ['waits for its sender', 'wacht op verzending'],
  mail_queued: ['on its way', 'onderweg'],
  mail_kept: ['kept: no mail server', 'bewaard: geen mailserver'],
  mail_sent: ['sent', 'verstuurd'],
  mail_bounced: ['came back', 'teruggekomen'],
  mail_cancelled: ['held back', 'tegengehouden'],
  mail_address_blocked: ['not mailed any more', 'krijgt niets meer'],
  mail_address_mailed: ['still mailed', 'krijgt nog e-mail'],
  mail_gave_up: ['nobody took it in five days', 'vijf dagen door niemand aangenomen'],
  mail_server_unreachable: ['the mail server does not answer', 'de mailserver antwoordt niet'],
  mail_sign_in_refused: ['the mail server refuses our sign-in', 'de mailserver weigert onze aanmelding'],
  mail_tls_refused: ['the mail server offers no TLS', 'de mailserver biedt geen TLS'],
  mail_erased: ['its recipient was erased', 'de ontvanger is gewist'],
  recipient_unsubscribed: ['its reader wants no more of these', 'de lezer wil ze niet meer'],
  recipient_bounces: ['mail to the address came back too often', 'van het adres kwam te vaak e-mail terug'],
}
