import { NativeSelect, Stack } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useList } from '../../api/hooks'
import { TextLink } from '../../ui/link'
import { Empty, Loaded, More, Page } from '../../ui/page'
import { useWords, words } from '../../words/words'
import { OneShare } from './shared-list'

const texts = words({
  nl: {
    title: 'Met partners gedeeld',
    lead: 'Wat partners van uw geheimen mogen zien, en wat zij nog moeten teruggeven of vernietigen.',
    which: 'Welke',
    all: 'alles',
    live: 'open',
    ended: 'nog terug te geven of te vernietigen',
    overdue: 'te laat',
    settled: 'afgehandeld',
    empty: 'Hier is niets.',
    to_secrets: 'Naar uw geheimen',
  },
  en: {
    title: 'Shared with partners',
    lead: 'What partners may see of your secrets, and what they still have to return or destroy.',
    which: 'Which',
    all: 'all',
    live: 'open',
    ended: 'still to be returned or destroyed',
    overdue: 'too late',
    settled: 'settled',
    empty: 'There is nothing here.',
    to_secrets: 'To your secrets',
  },
})

const kinds = ['all', 'live', 'ended', 'overdue', 'settled'] as const

export default function SharedSecrets() {
  const say = useWords(texts)
  const navigate = useNavigate()
  const search = useSearch({ from: '/inside/secrets/shared' })
  const kind = kinds.find((one) => one === search.state) ?? 'all'
  const list = useList('trade-secrets.shares', {
    ...(kind === 'overdue' ? { overdue: true } : kind === 'all' ? {} : { state: kind }),
    limit: 50,
  })
  return (
    <Page title={say('title')} lead={say('lead')}>
      <NativeSelect
        className="no-print"
        label={say('which')}
        maw={360}
        value={kind}
        onChange={(event) => {
          const { value } = event.currentTarget
          navigate({ to: '/secrets/shared', search: { state: value === 'all' ? undefined : value } })
        }}
        data={kinds.map((value) => ({ value, label: say(value) }))}
      />
      <Loaded of={list}>
        {list.items?.length === 0 && (
          <Empty action={<TextLink to="/secrets">{say('to_secrets')}</TextLink>}>{say('empty')}</Empty>
        )}
        <Stack gap="sm">
          {list.items?.map((share) => (
            <OneShare key={share.id} share={share} />
          ))}
        </Stack>
        <More list={list} />
      </Loaded>
    </Page>
  )
}
