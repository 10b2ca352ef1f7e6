#pragma once

// The wall: every call into a plugin goes through behind_wall, so that an exception that leaves a plugin ends there.
// Not a wall against crashes: a plugin runs in this process. [any-thread]

#include <tidegate/abi/base.h>

#include <exception>
#include <string>

namespace tidegate::plugin {

struct Walled {
    tg_rc rc = TG_OK;
    bool threw = false;
    std::string what;  // the exception's text
};

template <class Call>
Walled behind_wall(Call&& call) noexcept {
    Walled outcome;
    try {
        outcome.rc = call();
    } catch (const std::exception& error) {
        outcome = {TG_E_EXCEPTION, true, error.what()};
    } catch (...) {
        outcome = {TG_E_EXCEPTION, true, "an exception of unknown type"};
    }
    return outcome;
}

}  // namespace tidegate::plugin
