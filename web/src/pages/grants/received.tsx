import { Badge, Button, Group, Paper, Stack, Text } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useChange, useRead } from '../../api/hooks'
import { Claims } from '../../ui/claims'
import { TextLink } from '../../ui/link'
import { Empty, Failure, Loaded, Page } from '../../ui/page'
import { useTell } from '../../ui/told'
import { useEndings } from '../../words/endings'
import { useTerms } from '../../words/purposes'
import { useFormats, useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Wat u mag zien',
    lead: 'Wat partners met uw bedrijf delen, waarvoor en tot wanneer.',
    show_ended: 'Ook tonen wat voorbij is',
    hide_ended: 'Alleen tonen wat nu geldt',
    none: 'Niemand deelt nu iets met uw bedrijf. Vragen begint bij een partner.',
    partners: 'Naar de partners',
    for: 'voor {purposes}',
    until: 'tot en met {day}',
    over: 'voorbij',
    on_behalf: 'Doorgegeven door {name}',
    more: 'Meer over wat {name} deelt',
    renew: 'Opnieuw vragen',
    renewed: '{name} is gevraagd om dit opnieuw te delen.',
  },
  en: {
    title: 'What you may see',
    lead: 'What partners share with your company, what for and until when.',
    show_ended: 'Show what is over as well',
    hide_ended: 'Show only what holds now',
    none: 'Nobody shares anything with your company now. Asking begins at a partner.',
    partners: 'To the partners',
    for: 'for {purposes}',
    until: 'until {day}',
    over: 'over',
    on_behalf: 'Passed on by {name}',
    more: 'More about what {name} shares',
    renew: 'Ask again',
    renewed: '{name} was asked to share this again.',
  },
})

/** What partners let us see. */
export default function Received() {
  const say = useWords(texts)
  const { day } = useFormats()
  const { purposes } = useTerms()
  const ending = useEndings()
  const tell = useTell()
  const navigate = useNavigate()
  const withEnded = useSearch({ from: '/inside/grants/received' }).state === 'all'
  const list = useRead('access.held', { limit: 200 })
  const items = list.data?.items.filter(({ state }) => withEnded || state === 'live')
  const renew = useChange('access.renew', ['access.sent'])
  return (
    <Page
      title={say('title')}
      lead={say('lead')}
      actions={
        <Button
          variant="default"
          onClick={() =>
            navigate({
              to: '/grants/received',
              search: { state: withEnded ? undefined : 'all' },
              replace: true,
            })
          }
        >
          {say(withEnded ? 'hide_ended' : 'show_ended')}
        </Button>
      }
    >
      {renew.error && <Failure error={renew.error} />}
      <Loaded of={list}>
        {items?.length === 0 && (
          <Empty action={<TextLink to="/partners">{say('partners')}</TextLink>}>{say('none')}</Empty>
        )}
        <Stack gap="sm">
          {items?.map((grant) => (
            <Paper key={grant.id} withBorder p="md" radius="md">
              <Group justify="space-between" align="flex-start" wrap="wrap">
                <Stack gap={4} flex="1 1 16rem">
                  <Group gap="xs">
                    <Text fw={600} className="breakable">
                      {(grant.on_behalf_of ?? grant.partner).name}
                    </Text>
                    {grant.state === 'ended' && (
                      <Badge variant="light" color="gray">
                        {say('over')}
                      </Badge>
                    )}
                  </Group>
                  <Text size="sm" c="dimmed">
                    {say('for', { purposes: purposes(grant.purpose) })} ·{' '}
                    {say('until', { day: day(grant.until) })}
                    {grant.ended !== null && ` · ${ending(grant.ended)}`}
                  </Text>
                  {grant.on_behalf_of && (
                    <Text size="sm" c="dimmed">
                      {say('on_behalf', { name: grant.partner.name })}
                    </Text>
                  )}
                  <Claims of={grant.claims} />
                  <TextLink
                    to="/grants/received/$id"
                    params={{ id: grant.id }}
                    size="sm"
                    className="no-print"
                  >
                    {say('more', { name: grant.partner.name })}
                  </TextLink>
                </Stack>
                <Button
                  variant="default"
                  className="no-print"
                  aria-label={`${say('renew')}: ${grant.partner.name}`}
                  loading={renew.isPending && renew.variables?.id === grant.id}
                  onClick={() =>
                    renew.mutate(
                      { id: grant.id },
                      { onSuccess: () => tell({ text: say('renewed', { name: grant.partner.name }) }) },
                    )
                  }
                >
                  {say('renew')}
                </Button>
              </Group>
            </Paper>
          ))}
        </Stack>
      </Loaded>
    </Page>
  )
}
