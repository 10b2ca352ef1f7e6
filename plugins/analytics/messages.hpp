// What clients and other plugins are told, and what clients ask, as JSON. Requests were checked against their schemas.
// Thread rule: [any-thread], pure functions and values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/alerts.hpp"
#include "desk.hpp"

namespace tidegate::analytics {

// `alerts`: JSON array. `ref`: as tg::Message::ref() gives it.
std::string dashboard_initial(DashboardType type, const std::string& channel, const Picture& picture,
                              const std::string& alerts, std::string_view ref);
std::string metrics_update(DashboardType type, const Picture& picture);
// From the picture of tick `base` to this one.
std::string metrics_delta(DashboardType type, const Picture& picture, std::int64_t base, const std::string& patch);
std::string metrics_error();

std::string alerts_new(const std::string& alert);
std::string alerts_changed(const std::string& alert);
std::string alerts_list(const std::vector<Alerts::Change>& alerts);
// JSON array of those that are not over, for one dashboard.
std::string open_alerts(const std::vector<Alerts::Change>& alerts, DashboardType type);
// The data of alert.raised and its like.
std::string alert_event(const Alerts::Change& change);

// One page of the kept alerts.
struct AlertDocument {
    std::string rule;
    std::uint64_t revision = 0;
    std::string saved;
};
struct AlertPage {
    std::vector<AlertDocument> documents;
    std::string after;  // empty: it is the last
};
std::optional<AlertPage> read_alert_page(std::string_view json);

struct DashboardRequest {
    DashboardRequest() {}

    std::optional<DashboardType> type;
    bool delta = false;
};
std::optional<DashboardRequest> read_dashboard_request(std::string_view payload);

struct AlertRequest {
    AlertRequest() {}

    std::string alert_id;
    std::int64_t for_s = 0;
};
std::optional<AlertRequest> read_alert_request(std::string_view payload);

// The task that shows somebody a dashboard, on the strand of its channel.
inline constexpr std::string_view kShowTask = "show";
struct ShowTask {
    ShowTask() {}  // no aggregate: it is a coroutine's parameter

    std::uint64_t session = 0;
    bool join = true;  // the channel, and leave its sibling; else he is there already
    bool delta = false;
    std::string ref;
    std::uint64_t attempts = 0;
};
std::string write_show(const ShowTask& task);
std::optional<ShowTask> read_show(std::string_view payload);

}  // namespace tidegate::analytics
