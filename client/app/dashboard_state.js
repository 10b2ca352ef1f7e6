// What this tab knows of one dashboard: its newest picture and its open alerts. Pure state: no page, no socket. apply()
// answers with what changed: 'picture', 'alerts', 'error', or 'gap' when a change was missed and the whole must be asked for.
import { mergePatch } from './merge_patch.js';

const isOf = (alert, type) => !alert.dashboards?.length || alert.dashboards.includes(type);

export class DashboardState {
  #asking = false;   // the whole picture was asked for and is on its way

  constructor(type) {
    this.type = type;
    this.data = null;
    this.tick = 0;
    this.alerts = new Map();
  }

  apply(message) {
    if (message.dashboard_type && message.dashboard_type !== this.type) return [];
    switch (message.type) {
      case 'dashboard:initial':
        this.alerts = new Map((message.alerts ?? []).map((alert) => [alert.id, alert]));
        this.#asking = false;
        return [...this.#stand(message.data, message.tick), 'alerts'];
      case 'metrics:update': return this.#update(message);
      case 'metrics:error': return ['error'];
      case 'alerts:new': return this.#changeAlerts(message.alerts);
      case 'alerts:changed': return this.#changeAlerts([message.alert]);
      default: return [];
    }
  }

  // The connection is gone: what is on the page stays until the next whole picture.
  lost() { this.#asking = false; }

  #stand(data, tick) {
    this.data = data;
    this.tick = tick;
    return ['picture'];
  }

  #update({ data, delta, base, tick }) {
    if (data) return this.#stand(data, tick);
    if (tick <= this.tick) return [];   // older than the whole picture
    if (base === this.tick) return this.#stand(mergePatch(this.data, delta), tick);
    if (this.#asking) return [];
    this.#asking = true;
    return ['gap'];
  }

  #changeAlerts(alerts) {
    for (const alert of alerts) {
      if (alert.state === 'resolved' || !isOf(alert, this.type)) this.alerts.delete(alert.id);
      else this.alerts.set(alert.id, alert);
    }
    return ['alerts'];
  }
}
