import { Badge, Button, Group, Paper, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { useChange, useList } from '../../api/hooks'
import { Claims } from '../../ui/claims'
import { Empty, Failure, Loaded, More, Page, Section } from '../../ui/page'
import { useTell } from '../../ui/told'
import { useNames } from '../../words/names'
import { useTypeName } from '../../words/type-names'
import { useFormats, useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Niet aangekomen',
    lead: 'Wat partners van u moeten horen over uw gegevens, en bewijzen die voor u klaarliggen. De omgeving probeert het vanzelf opnieuw.',
    notices: 'Berichten over uw gegevens',
    notices_none: 'Alles is aangekomen en beantwoord.',
    corrected: 'gegevens verbeterd',
    ended: 'toestemming geëindigd',
    waiting: 'wordt bezorgd',
    told: 'bezorgd, nog niet beantwoord',
    acknowledged: 'bevestigd',
    impossible: 'kon niet',
    offers: 'Aangeboden bewijzen',
    offers_none: 'Er ligt niets klaar.',
    pending: 'wordt bezorgd',
    delivered: 'bezorgd',
    redeemed: 'opgehaald',
    refused: 'geweigerd',
    expired: 'verlopen',
    tried: '{n, plural, one {# keer geprobeerd} other {# keer geprobeerd}}',
    since: 'sinds {moment}',
    again: 'Nu opnieuw proberen',
    sent_again: 'Het wordt opnieuw geprobeerd.',
  },
  en: {
    title: 'Undelivered',
    lead: 'What partners have to hear from you about your data, and credentials that wait. The place tries again by itself.',
    notices: 'Notices about your data',
    notices_none: 'All arrived and was answered.',
    corrected: 'data corrected',
    ended: 'grant ended',
    waiting: 'being delivered',
    told: 'delivered, not answered yet',
    acknowledged: 'confirmed',
    impossible: 'could not be done',
    offers: 'Credentials offered',
    offers_none: 'Nothing waits.',
    pending: 'being delivered',
    delivered: 'delivered',
    redeemed: 'fetched',
    refused: 'refused',
    expired: 'over',
    tried: '{n, plural, one {tried once} other {tried # times}}',
    since: 'since {moment}',
    again: 'Try again now',
    sent_again: 'It is tried again.',
  },
})

/** What did not arrive yet: notices of what was corrected or ended, and offers of credentials. */
export default function Undelivered() {
  const say = useWords(texts)
  const { moment } = useFormats()
  const { code } = useNames()
  const tell = useTell()
  const late = useList('notices.list', { limit: 50, state: 'waiting' })
  const silent = useList('notices.list', { limit: 50, unanswered: true })
  const offers = useList('offers.list', { limit: 50 })
  const waiting = offers.items?.filter(({ state }) => state === 'pending' || state === 'delivered')
  const offerAgain = useChange('offers.resend', ['offers.'])
  const onSuccess = () => tell({ text: say('sent_again') })
  return (
    <Page title={say('title')} lead={say('lead')}>
      <Section title={say('notices')}>
        <Notices of={late} />
        <Notices of={silent} />
        {late.items?.length === 0 && silent.items?.length === 0 && <Empty>{say('notices_none')}</Empty>}
      </Section>
      <Section title={say('offers')}>
        {offerAgain.error && <Failure error={offerAgain.error} />}
        <Loaded of={offers}>
          {waiting?.length === 0 && <Empty>{say('offers_none')}</Empty>}
          {waiting?.map((offer) => (
            <Offered
              key={offer.id}
              types={offer.types}
              state={say(offer.state)}
              facts={[
                say('since', { moment: moment(offer.created_at) }),
                say('tried', { n: offer.attempts }),
                offer.last_error && code(offer.last_error),
              ]}
              isBusy={offerAgain.isPending && offerAgain.variables?.id === offer.id}
              {...(offer.deliver_to !== null && {
                onAgain: () => offerAgain.mutate({ id: offer.id }, { onSuccess }),
              })}
            />
          ))}
          <More list={offers} />
        </Loaded>
      </Section>
    </Page>
  )
}

/** Notices, each with what it is of. */
function Notices({ of }: { readonly of: ReturnType<typeof useList<'notices.list'>> }) {
  const say = useWords(texts)
  const { moment } = useFormats()
  const { code } = useNames()
  const tell = useTell()
  const again = useChange('notices.resend', ['notices.'])
  return (
    <Loaded of={of}>
      {again.error && <Failure error={again.error} />}
      {of.items?.map((notice) => (
        <Waiting
          key={notice.id}
          name={notice.recipient.name}
          state={say(notice.state)}
          facts={[
            say(notice.kind),
            say('since', { moment: moment(notice.made_at) }),
            say('tried', { n: notice.tries }),
            notice.last_error && code(notice.last_error),
          ]}
          isBusy={again.isPending && again.variables?.id === notice.id}
          onAgain={() =>
            again.mutate({ id: notice.id }, { onSuccess: () => tell({ text: say('sent_again') }) })
          }
        >
          <Claims of={notice.claims} />
        </Waiting>
      ))}
      <More list={of} />
    </Loaded>
  )
}

/** An offer by the name of what is offered. */
function Offered({
  types: [first = '', ...more],
  ...rest
}: Omit<Parameters<typeof Waiting>[0], 'name'> & { readonly types: readonly string[] }) {
  const name = useTypeName(first)
  return <Waiting name={more.length > 0 ? `${name} +${more.length}` : name} {...rest} />
}

function Waiting({
  name,
  state,
  facts,
  isBusy,
  onAgain,
  children,
}: {
  readonly name: string
  readonly state: string
  readonly facts: readonly (string | null)[]
  readonly isBusy: boolean
  readonly onAgain?: () => unknown
  readonly children?: ReactNode
}) {
  const say = useWords(texts)
  return (
    <Paper withBorder p="md" radius="md">
      <Group justify="space-between" align="flex-start" wrap="wrap">
        <Stack gap={4} flex="1 1 16rem">
          <Group gap="xs">
            <Text fw={600} className="breakable">
              {name}
            </Text>
            <Badge variant="light" color="gray">
              {state}
            </Badge>
          </Group>
          <Text size="sm" c="dimmed">
            {facts.filter(Boolean).join(' · ')}
          </Text>
          {children}
        </Stack>
        {onAgain && (
          <Button
            variant="default"
            aria-label={`${say('again')}: ${name}`}
            loading={isBusy}
            onClick={onAgain}
          >
            {say('again')}
          </Button>
        )}
      </Group>
    </Paper>
  )
}
