#pragma once

// The admin port's pages: /healthz, /readyz, /metrics for anybody who reaches the port; /admin/api/plugins… for
// operators. With a token configured, operators send it as "Authorization: Bearer"; what changes state is POST and is
// refused with a foreign Origin either way. Requests run on the HTTP pool, where they may block. [any-thread]

#include "base/result.hpp"

#include <Poco/Net/HTTPRequestHandlerFactory.h>

#include <functional>
#include <string>
#include <string_view>

namespace tidegate::runtime {

struct AdminActions {
    std::function<bool()> ready;               // false while starting and draining
    std::function<std::string()> metrics;      // text exposition
    std::function<std::string()> status_json;  // of every plugin
    // `act` is reload, rollback, enable or disable. Returns when it happened or was refused.
    std::function<Result<std::string>(std::string_view act, std::string_view plugin)> plugin;
};

// An empty token: being able to reach the port suffices (the configuration allows that on loopback only).
Poco::Net::HTTPRequestHandlerFactory::Ptr admin_site(AdminActions actions, std::string token);

}  // namespace tidegate::runtime
