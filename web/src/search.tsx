import { Modal, Stack, Text, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useNavigate } from '@tanstack/react-router'
import { type KeyboardEvent, useState } from 'react'
import { useRead } from './api/hooks'
import { places } from './places'
import { PartnersIcon } from './ui/icons'
import { hasRole, useWho } from './who'
import { common } from './words/common'
import { useLanguage, useWords, words } from './words/words'

const texts = words({
  nl: { title: 'Zoeken', hint: 'Een onderdeel of een partner', nothing: 'Niets gevonden' },
  en: { title: 'Search', hint: 'A place or a partner', nothing: 'Nothing found' },
})

/** Ctrl-K: over places and partners. */
export default function Search({ onClose }: { readonly onClose: () => void }) {
  const say = useWords(texts)
  const shared = useWords(common)
  const { language } = useLanguage()
  const who = useWho()
  const navigate = useNavigate()
  const [text, setText] = useState('')
  const [wanted] = useDebouncedValue(text.trim(), 150)
  const [chosen, choose] = useState(0)
  const seesPartners = hasRole(who, 'coordinator', 'administrator', 'account_manager')
  const partners = useRead('partners.list', { q: wanted, limit: 8 }, seesPartners && wanted.length > 1)
  const found = [
    ...places
      .filter(({ roles }) => !roles || hasRole(who, ...roles))
      .flatMap(({ pages, name, to, icon: Icon }) => [
        { label: name[language], to, icon: <Icon /> },
        ...(pages ?? [])
          .filter((page) => page.to !== to && (!page.roles || hasRole(who, ...page.roles)))
          .map((page) => ({ label: page.name[language], to: page.to, icon: <Icon /> })),
      ])
      .filter(({ label }) => fits(label, text))
      .map((one) => ({ ...one, key: one.to })),
    ...(wanted.length > 1 ? (partners.data?.items ?? []) : []).map(({ id, name }) => ({
      ...{ key: id, label: name, to: `/partners/${id}`, icon: <PartnersIcon /> },
    })),
  ]
  const go = (to: string) => {
    onClose()
    void navigate({ to })
  }
  const onKey = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0) {
      event.preventDefault()
      choose((at) => Math.max(0, Math.min(found.length - 1, at + step)))
    }
    const one = found[chosen]
    if (event.key === 'Enter' && one) go(one.to)
  }
  return (
    <Modal opened onClose={onClose} title={say('title')} closeButtonProps={{ 'aria-label': shared('close') }}>
      <Stack gap="xs">
        <TextInput
          data-autofocus
          aria-label={say('title')}
          placeholder={say('hint')}
          value={text}
          onKeyDown={onKey}
          onChange={(event) => {
            setText(event.currentTarget.value)
            choose(0)
          }}
        />
        {found.map((one, at) => (
          <button
            key={one.key}
            type="button"
            className="place"
            data-chosen={at === chosen || undefined}
            onClick={() => go(one.to)}
          >
            {one.icon}
            {one.label}
          </button>
        ))}
        {found.length === 0 && (
          <Text c="dimmed" size="sm" role="status">
            {say('nothing')}
          </Text>
        )}
      </Stack>
    </Modal>
  )
}

const fits = (name: string, text: string) => name.toLowerCase().includes(text.trim().toLowerCase())
