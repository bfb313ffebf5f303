import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { text, within } from '../../inside'

export const privacyRoutes = [
  createRoute({
    getParentRoute: within,
    path: '/privacy',
    validateSearch: (search): { show?: string | undefined } => ({ show: text(search.show) }),
    component: lazyRouteComponent(() => import('./rights-requests')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/privacy/requests/$id',
    component: lazyRouteComponent(() => import('./rights-request')),
  }),
] as const
