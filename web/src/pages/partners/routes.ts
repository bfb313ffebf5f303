import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { text, within } from '../../inside'

/** What a list of partners is narrowed to: a view that is kept is a link. */
type PartnerSearch = Partial<Record<'q' | 'role' | 'network' | 'activity' | 'sort', string | undefined>>

export const partnersRoutes = [
  createRoute({
    getParentRoute: within,
    path: '/partners',
    validateSearch: (search): PartnerSearch => ({
      ...{ q: text(search.q), role: text(search.role), network: text(search.network) },
      ...{ activity: text(search.activity), sort: text(search.sort) },
    }),
    component: lazyRouteComponent(() => import('./partners')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/partners/import',
    component: lazyRouteComponent(() => import('./imports')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/partners/import/$id',
    validateSearch: (search): { show?: string | undefined } => ({ show: text(search.show) }),
    component: lazyRouteComponent(() => import('./import')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/partners/import/columns',
    component: lazyRouteComponent(() => import('./kept-columns')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/partners/contacts',
    component: lazyRouteComponent(() => import('./contact-cards')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/partners/quality',
    validateSearch: (search): { reason?: string | undefined } => ({ reason: text(search.reason) }),
    component: lazyRouteComponent(() => import('./quality')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/partners/duplicates',
    component: lazyRouteComponent(() => import('./duplicates')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/partners/informing',
    validateSearch: (search): { state?: string | undefined } => ({ state: text(search.state) }),
    component: lazyRouteComponent(() => import('./informing')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/partners/$id',
    component: lazyRouteComponent(() => import('./partner')),
  }),
] as const
