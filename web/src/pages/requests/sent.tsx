import { Badge, Button, Group, Paper, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useChange, useRead } from '../../api/hooks'
import { Claims } from '../../ui/claims'
import { Confirm } from '../../ui/confirm'
import { TextLink } from '../../ui/link'
import { Empty, Failure, Loaded, Page } from '../../ui/page'
import { useTell } from '../../ui/told'
import { useNames } from '../../words/names'
import { useTerms } from '../../words/purposes'
import { useFormats, useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Door ons gevraagd',
    lead: 'Wat uw bedrijf aan partners vroeg, en wat ervan kwam.',
    none: 'Er is nog niets gevraagd. Vragen begint bij een partner.',
    partners: 'Naar de partners',
    in_return: 'Ja, als {name} ook van u mag zien:',
    nudge: 'Herinneren',
    nudged: '{name} is herinnerd.',
    cancel: 'Intrekken',
    cancel_title: 'De vraag aan {name} intrekken?',
    cancel_text: '{name} kan er daarna geen ja meer op zeggen.',
    cancelled: 'De vraag aan {name} is ingetrokken.',
  },
  en: {
    title: 'Asked by us',
    lead: 'What your company asked of partners, and what came of it.',
    none: 'Nothing was asked yet. Asking begins at a partner.',
    partners: 'To the partners',
    in_return: 'Yes, if {name} may see of yours:',
    nudge: 'Remind',
    nudged: '{name} was reminded.',
    cancel: 'Withdraw',
    cancel_title: 'Withdraw what you asked of {name}?',
    cancel_text: '{name} can say yes to it no more.',
    cancelled: 'What you asked of {name} is withdrawn.',
  },
})

/** What we asked of partners. */
export default function Sent() {
  const say = useWords(texts)
  const { code } = useNames()
  const { moment } = useFormats()
  const { purposes } = useTerms()
  const tell = useTell()
  const list = useRead('access.sent', { limit: 200 })
  const nudge = useChange('access.nudge', ['access.sent'])
  const cancel = useChange('access.cancel', ['access.sent'])
  const [cancelling, setCancelling] = useState<{ id: string; name: string } | null>(null)
  return (
    <Page title={say('title')} lead={say('lead')}>
      {nudge.error && <Failure error={nudge.error} />}
      <Loaded of={list}>
        {list.data?.items.length === 0 && (
          <Empty action={<TextLink to="/partners">{say('partners')}</TextLink>}>{say('none')}</Empty>
        )}
        <Stack gap="sm">
          {list.data?.items.map(({ id, partner, claims, purpose, state, codes, sent_at, counter }) => (
            <Paper key={id} withBorder p="md" radius="md">
              <Group justify="space-between" align="flex-start" wrap="wrap">
                <Stack gap={4} flex="1 1 14rem">
                  <Group gap="xs">
                    <Text fw={600} className="breakable">
                      {partner.name}
                    </Text>
                    <Badge variant="light" color={state === 'granted' ? 'regie' : 'gray'}>
                      {code(state)}
                    </Badge>
                  </Group>
                  <Text size="sm" c="dimmed">
                    {[purposes(purpose), moment(sent_at), ...codes.map(code)].join(' · ')}
                  </Text>
                  <Claims of={claims} />
                  {counter?.state === 'open' && (
                    <>
                      <Text size="sm" fw={600}>
                        {say('in_return', { name: partner.name })}
                      </Text>
                      <Claims of={counter.in_return} />
                    </>
                  )}
                </Stack>
                {state === 'pending' && (
                  <Group gap="xs">
                    <Button
                      variant="default"
                      aria-label={`${say('nudge')}: ${partner.name}`}
                      loading={nudge.isPending && nudge.variables?.id === id}
                      onClick={() =>
                        nudge.mutate(
                          { id },
                          { onSuccess: () => tell({ text: say('nudged', { name: partner.name }) }) },
                        )
                      }
                    >
                      {say('nudge')}
                    </Button>
                    <Button
                      variant="default"
                      aria-label={`${say('cancel')}: ${partner.name}`}
                      onClick={() => setCancelling({ id, name: partner.name })}
                    >
                      {say('cancel')}
                    </Button>
                  </Group>
                )}
              </Group>
            </Paper>
          ))}
        </Stack>
      </Loaded>
      {cancelling && (
        <Confirm
          title={say('cancel_title', cancelling)}
          text={say('cancel_text', cancelling)}
          sure={say('cancel')}
          error={cancel.error}
          busy={cancel.isPending}
          onClose={() => setCancelling(null)}
          onSure={() =>
            cancel.mutate(
              { id: cancelling.id },
              {
                onSuccess: () => {
                  setCancelling(null)
                  tell({ text: say('cancelled', cancelling) })
                },
              },
            )
          }
        />
      )}
    </Page>
  )
}
