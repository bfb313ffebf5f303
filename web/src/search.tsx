import { Modal, Stack, Text, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useNavigate } from '@tanstack/react-router'
import { type KeyboardEvent, lazy, Suspense, useState } from 'react'
import { type Found, fits, LEAST_LETTERS } from './find'
import { places } from './places'
import { hasRole, useWho } from './who'
import { common } from './words/common'
import { useLanguage, useWords, words } from './words/words'

const texts = words({
  nl: {
    title: 'Zoeken',
    hint: 'Een onderdeel, een partner, een verzoek, een overeenkomst…',
    nothing: 'Niets gevonden',
    more: 'En nog {n}: typ meer om verder te zoeken.',
    place: 'onderdeel',
  },
  en: {
    title: 'Search',
    hint: 'A place, a partner, a request, an agreement…',
    nothing: 'Nothing found',
    more: 'And {n} more: type more to narrow it down.',
    place: 'place',
  },
})

/** What is not needed to open the search. */
const Everything = lazy(() => import('./found'))

/** More than fit below each other help nobody. */
const MOST_SHOWN = 30

/** Ctrl-K: over all that has a name. */
export default function Search({ onClose }: { readonly onClose: () => void }) {
  const say = useWords(texts)
  const shared = useWords(common)
  const { language } = useLanguage()
  const who = useWho()
  const navigate = useNavigate()
  const [text, setText] = useState('')
  const [wanted] = useDebouncedValue(text.trim(), 150)
  const [chosen, choose] = useState(0)
  const [things, setThings] = useState<readonly Found[]>([])
  const isLooking = wanted.length >= LEAST_LETTERS
  const rooms = places
    .filter(({ roles }) => !roles || hasRole(who, ...roles))
    .flatMap(({ pages, name, to, icon }) => [
      { label: name[language], to, icon },
      ...(pages ?? [])
        .filter((page) => page.to !== to && (!page.roles || hasRole(who, ...page.roles)))
        .map((page) => ({ label: page.name[language], to: page.to, icon })),
    ])
    .filter(({ label }) => fits(label, text))
    .map((one): Found => ({ ...one, key: one.to, kind: say('place') }))
  const all = [...rooms, ...(isLooking ? things : [])]
  const found = all.slice(0, MOST_SHOWN)
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
        {found.map(({ key, to, label, kind, icon: Icon }, at) => (
          <button
            key={key}
            type="button"
            className="place"
            data-chosen={at === chosen || undefined}
            onClick={() => go(to)}
          >
            <Icon />
            <span className="breakable">{label}</span>
            <span className="kind">{kind}</span>
          </button>
        ))}
        {isLooking && (
          <Suspense>
            <Everything text={wanted} onFound={setThings} />
          </Suspense>
        )}
        {all.length > found.length && (
          <Text c="dimmed" size="sm" role="status">
            {say('more', { n: all.length - found.length })}
          </Text>
        )}
        {found.length === 0 && (
          <Text c="dimmed" size="sm" role="status">
            {say('nothing')}
          </Text>
        )}
      </Stack>
    </Modal>
  )
}
