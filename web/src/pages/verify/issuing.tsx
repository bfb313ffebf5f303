import { Badge, Button, Group, Paper, Stack, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { type Item, useChange, useList } from '../../api/hooks'
import { Confirm } from '../../ui/confirm'
import { Empty, Failure, Loaded, More, Page } from '../../ui/page'
import { useTell } from '../../ui/told'
import { offerStates } from '../../words/issuing'
import { useTypeName } from '../../words/type-names'
import { useFormats, useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Uitgeven',
    lead: 'Wat u over anderen verklaart. Wie het ophaalt, laat het voortaan zelf zien aan wie hij wil.',
    issue: 'Iets uitgeven',
    none: 'U gaf nog niets uit.',
    made: 'gemaakt {moment}',
    until: 'op te halen tot {moment}',
    with_code: 'met een code erbij',
    look_first: 'u kijkt er eerst naar',
    show_code: 'Code tonen',
    approve: 'Uitgeven',
    deny: 'Niet uitgeven',
    suspend: 'Schorsen',
    resume: 'Weer laten gelden',
    revoke: 'Intrekken',
    revoke_title: '{name} intrekken?',
    revoke_issued:
      'Wie het heeft kan het niet meer gebruiken, en wie het nagaat ziet dat het niet meer geldt. Dit kan niet ongedaan worden gemaakt; u kunt wel iets nieuws uitgeven.',
    revoke_open: 'Niemand kan het nog ophalen. Dit kan niet ongedaan worden gemaakt.',
    deny_title: '{name} niet uitgeven?',
    deny_text: 'Wie erop wacht krijgt het niet, en hoort dat. Dit kan niet ongedaan worden gemaakt.',
    approved: 'Uitgegeven. De wallet haalt het op.',
    denied: 'Niet uitgegeven.',
    suspended: 'Geschorst. Wie het nagaat ziet dat meteen.',
    resumed: 'Het geldt weer.',
    revoked: 'Ingetrokken.',
  },
  en: {
    title: 'Issue',
    lead: 'What you state about others. Whoever fetches it shows it from then on to whom they like.',
    issue: 'Issue something',
    none: 'You have issued nothing yet.',
    made: 'made {moment}',
    until: 'to be fetched until {moment}',
    with_code: 'with a code besides',
    look_first: 'you look at it first',
    show_code: 'Show the code',
    approve: 'Issue it',
    deny: 'Do not issue',
    suspend: 'Suspend',
    resume: 'Let it hold again',
    revoke: 'Revoke',
    revoke_title: 'Revoke {name}?',
    revoke_issued:
      'Whoever has it cannot use it any more, and whoever checks it sees that it no longer holds. It cannot be undone; you can issue something new.',
    revoke_open: 'Nobody can fetch it any more. It cannot be undone.',
    deny_title: 'Do not issue {name}?',
    deny_text: 'Whoever waits for it does not get it, and hears so. It cannot be undone.',
    approved: 'Issued. The wallet fetches it.',
    denied: 'Not issued.',
    suspended: 'Suspended. Whoever checks it sees that at once.',
    resumed: 'It holds again.',
    revoked: 'Revoked.',
  },
})

type Offer = Item<'issuing.list'>
const touched = ['issuing.']
const revocable: readonly Offer['state'][] = ['open', 'claimed', 'waiting', 'ready', 'issued', 'suspended']
const colours: Partial<Record<Offer['state'], string>> = {
  waiting: 'orange',
  issued: 'regie',
  suspended: 'orange',
}

/** What was offered to whoever redeems it, and what came of it. */
export default function IssuingPage() {
  const say = useWords(texts)
  const offers = useList('issuing.list', {})
  return (
    <Page
      title={say('title')}
      lead={say('lead')}
      actions={
        <Button component={Link} to="/verify/issuing/new">
          {say('issue')}
        </Button>
      }
    >
      <Loaded of={offers}>
        {offers.items?.length === 0 && (
          <Empty
            action={
              <Button component={Link} to="/verify/issuing/new" variant="default">
                {say('issue')}
              </Button>
            }
          >
            {say('none')}
          </Empty>
        )}
        {offers.items?.map((offer) => (
          <OfferCard key={offer.id} offer={offer} />
        ))}
        <More list={offers} />
      </Loaded>
    </Page>
  )
}

function OfferCard({ offer }: { readonly offer: Offer }) {
  const say = useWords(texts)
  const sayState = useWords(offerStates)
  const { moment } = useFormats()
  const tell = useTell()
  const [asking, setAsking] = useState<'deny' | 'revoke' | null>(null)
  const approve = useChange('issuing.approve', touched)
  const deny = useChange('issuing.deny', touched)
  const suspend = useChange('issuing.suspend', touched)
  const resume = useChange('issuing.resume', touched)
  const revoke = useChange('issuing.revoke', touched)
  const { id, state, created_at, expires_at, deferred, has_tx_code } = offer
  const name = useTypeName(offer.type)
  const labelled = (key: 'show_code' | 'approve' | 'deny' | 'suspend' | 'resume' | 'revoke') => ({
    children: say(key),
    'aria-label': `${say(key)}: ${name}, ${say('made', { moment: moment(created_at) })}`,
  })
  const told = (key: 'approved' | 'suspended' | 'resumed') => ({ onSuccess: () => tell({ text: say(key) }) })
  const failed = approve.error ?? suspend.error ?? resume.error
  const sure = asking === 'deny' ? deny : revoke
  return (
    <Paper withBorder p="md" radius="md">
      <Stack gap="xs">
        <Group gap="xs">
          <Text fw={600} className="breakable">
            {name}
          </Text>
          <Badge variant="light" color={colours[state] ?? 'gray'}>
            {sayState(state)}
          </Badge>
        </Group>
        <Text size="sm" c="dimmed">
          {[
            say('made', { moment: moment(created_at) }),
            ...(state === 'open' ? [say('until', { moment: moment(expires_at) })] : []),
            ...(has_tx_code ? [say('with_code')] : []),
            ...(deferred ? [say('look_first')] : []),
          ].join(' · ')}
        </Text>
        {failed && <Failure error={failed} />}
        <Group gap="xs">
          {state === 'open' && (
            <Button
              component={Link}
              to={`/verify/issuing/${id}`}
              variant="default"
              size="xs"
              {...labelled('show_code')}
            />
          )}
          {state === 'waiting' && (
            <>
              <Button
                size="xs"
                loading={approve.isPending}
                onClick={() => approve.mutate({ id }, told('approved'))}
                {...labelled('approve')}
              />
              <Button size="xs" variant="default" onClick={() => setAsking('deny')} {...labelled('deny')} />
            </>
          )}
          {state === 'issued' && (
            <Button
              size="xs"
              variant="default"
              loading={suspend.isPending}
              onClick={() => suspend.mutate({ id }, told('suspended'))}
              {...labelled('suspend')}
            />
          )}
          {state === 'suspended' && (
            <Button
              size="xs"
              variant="default"
              loading={resume.isPending}
              onClick={() => resume.mutate({ id }, told('resumed'))}
              {...labelled('resume')}
            />
          )}
          {revocable.includes(state) && (
            <Button size="xs" variant="default" onClick={() => setAsking('revoke')} {...labelled('revoke')} />
          )}
        </Group>
      </Stack>
      {asking && (
        <Confirm
          title={say(`${asking}_title`, { name })}
          text={say(
            asking === 'deny'
              ? 'deny_text'
              : state === 'issued' || state === 'suspended'
                ? 'revoke_issued'
                : 'revoke_open',
          )}
          sure={say(asking)}
          error={sure.error}
          busy={sure.isPending}
          onClose={() => setAsking(null)}
          onSure={() =>
            sure.mutate(
              { id },
              {
                onSuccess: () => {
                  setAsking(null)
                  tell({ text: say(asking === 'deny' ? 'denied' : 'revoked') })
                },
              },
            )
          }
        />
      )}
    </Paper>
  )
}
