import { Group, List, NativeSelect, Paper, Stack, Text } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { type Item, useList } from '../../api/hooks'
import { TextLink } from '../../ui/link'
import { Empty, Loaded, More, Page } from '../../ui/page'
import { useNames } from '../../words/names'
import { isPartnerWord, partnerWords } from '../../words/partners'
import { useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Kwaliteit',
    lead: 'Van welke partners iets niet klopt of ontbreekt; wat het meest de moeite waard is staat bovenaan.',
    none: 'Er is niets dat aandacht vraagt.',
    all: 'Naar alle partners',
    reason: 'Wat er is',
    any: 'alles',
    waits: 'De lijst wordt nog bijgewerkt.',
    once: '{what}',
    more: '{what} ({n} keer)',
  },
  en: {
    title: 'Quality',
    lead: 'Of which partners something is wrong or missing; what is most worth the effort comes first.',
    none: 'Nothing asks for attention.',
    all: 'To all partners',
    reason: 'What it is',
    any: 'all of it',
    waits: 'The list is still being brought up to date.',
    once: '{what}',
    more: '{what} ({n} times)',
  },
})

type Reason = Item<'partners.quality'>['reasons'][number]
const reasons: readonly Reason['code'][] = [
  ...(['missing', 'different', 'outdated', 'bounced_hard', 'bounced_soft', 'duplicate', 'stale'] as const),
]

/** What is wrong with what we have of partners, worst first. */
export default function Quality() {
  const say = useWords(texts)
  const sayPartner = useWords(partnerWords)
  const navigate = useNavigate()
  const search = useSearch({ from: '/inside/partners/quality' })
  const reason = reasons.find((one) => one === search.reason)
  const list = useList('partners.quality', { limit: 50, ...(reason && { reason }) })
  return (
    <Page title={say('title')} lead={say('lead')}>
      <NativeSelect
        className="no-print"
        label={say('reason')}
        maw={360}
        value={reason ?? ''}
        data={[
          { value: '', label: say('any') },
          ...reasons.map((value) => ({ value, label: sayPartner(value) })),
        ]}
        onChange={({ currentTarget: { value } }) =>
          navigate({ to: '/partners/quality', search: { reason: value || undefined }, replace: true })
        }
      />
      <Loaded of={list}>
        {list.data?.pages.some(({ waiting }) => waiting) && (
          <Text size="sm" role="status">
            {say('waits')}
          </Text>
        )}
        {list.items?.length === 0 && (
          <Empty action={<TextLink to="/partners">{say('all')}</TextLink>}>{say('none')}</Empty>
        )}
        <Stack gap="sm">
          {list.items?.map(({ partner, reasons: why }) => (
            <Paper key={partner.id} withBorder p="md" radius="md">
              <TextLink to="/partners/$id" params={{ id: partner.id }} fw={600} className="breakable">
                {partner.name}
              </TextLink>
              <List size="sm" mt={4}>
                {why.map((one) => (
                  <List.Item key={one.code}>
                    <Why of={one} />
                  </List.Item>
                ))}
              </List>
            </Paper>
          ))}
        </Stack>
        <More list={list} />
      </Loaded>
    </Page>
  )
}

function Why({ of: { code, what, count } }: { readonly of: Reason }) {
  const say = useWords(texts)
  const sayPartner = useWords(partnerWords)
  const { claim } = useNames()
  const fields = what.map((one) => (isPartnerWord(one) ? sayPartner(one) : claim(one).what))
  return (
    <Group gap={4} component="span">
      {fields.length > 0 && <b>{fields.join(', ')}:</b>}{' '}
      {say(count > 1 && fields.length === 0 ? 'more' : 'once', { what: sayPartner(code), n: count })}
    </Group>
  )
}
