import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { text, within } from '../../inside'

/** What a list of invitations is narrowed to. */
type InvitationSearch = Partial<Record<'state' | 'overdue' | 'unread' | 'mine', string | undefined>>

export const invitationsRoutes = [
  createRoute({
    getParentRoute: within,
    path: '/invitations',
    component: lazyRouteComponent(() => import('./invitations')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/invitations/list',
    validateSearch: (search): InvitationSearch => ({
      ...{ state: text(search.state), overdue: text(search.overdue) },
      ...{ unread: text(search.unread), mine: text(search.mine) },
    }),
    component: lazyRouteComponent(() => import('./list')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/invitations/$id',
    component: lazyRouteComponent(() => import('./invitation')),
  }),
] as const
