import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Page } from '../../ui/page'
import { hasRole, useWho } from '../../who'
import { useWords, words } from '../../words/words'

const texts = words({
  nl: {
    settings: 'Instellingen',
    sign_in: 'Aanmelden',
    people: 'Mensen en rollen',
    systems: 'Systemen',
    webhooks: 'Webhooks',
    mail: 'E-mail',
    keys: 'Sleutels',
    appearance: 'Weergave',
  },
  en: {
    settings: 'Settings',
    sign_in: 'Signing in',
    people: 'People and roles',
    systems: 'Systems',
    webhooks: 'Webhooks',
    mail: 'E-mail',
    keys: 'Keys',
    appearance: 'Appearance',
  },
})

const all = [
  { name: 'sign_in', to: '/settings' },
  { name: 'people', to: '/settings/people', roles: ['administrator', 'coordinator'] },
  { name: 'systems', to: '/settings/systems', roles: ['administrator', 'coordinator'] },
  { name: 'webhooks', to: '/settings/webhooks', roles: ['administrator'] },
  { name: 'mail', to: '/settings/mail' },
  { name: 'keys', to: '/settings/keys', roles: ['administrator', 'auditor'] },
  { name: 'appearance', to: '/settings/appearance' },
] as const

/** A page of the settings, with the way to the others above it. */
export function SettingsPage(page: {
  readonly title: string
  readonly lead?: string
  readonly actions?: ReactNode
  readonly children: ReactNode
}) {
  const say = useWords(texts)
  const who = useWho()
  const shown = all.filter((one) => !('roles' in one) || hasRole(who, ...one.roles))
  return (
    <>
      <nav className="settings-nav no-print" aria-label={say('settings')}>
        {shown.map(({ name, to }) => (
          <Link key={name} to={to} activeOptions={{ exact: true }}>
            {say(name)}
          </Link>
        ))}
      </nav>
      <Page {...page} />
    </>
  )
}
