#pragma once

// A port's call made as a test wants it: waited for, however its outcome comes. A second completion throws out of
// `done`. [any-thread]

#include "base/result.hpp"

#include <future>
#include <memory>
#include <optional>
#include <utility>

namespace tidegate::contract {

template <class T, class Call>
Result<T> outcome_of(Call&& call) {
    auto promise = std::make_shared<std::promise<Result<T>>>();
    auto outcome = promise->get_future();
    if (std::optional<Result<T>> now = call([promise](Result<T> later) { promise->set_value(std::move(later)); })) {
        return std::move(*now);
    }
    return outcome.get();
}

}  // namespace tidegate::contract
