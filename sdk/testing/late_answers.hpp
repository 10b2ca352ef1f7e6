#pragma once

// LateAnswers: what a store that never answers within the call owes. What it is asked waits in order, is done in order
// and answered in order, each step when step() is called; held, it does neither. Loses and reorders nothing. One
// thread.

#include "base/result.hpp"

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace tidegate::kit {

class LateAnswers {
public:
    // `ask()` answers inline.
    template <class T, class Ask>
    std::optional<Result<T>> later(Ask ask, std::function<void(Result<T>)> done) {
        asked_.push_back([this, ask = std::move(ask), done = std::move(done)]() mutable {
            std::optional<Result<T>> outcome = ask();
            auto kept = std::make_shared<Result<T>>(*std::move(outcome));
            answers_.push_back([kept, done = std::move(done)] { done(std::move(*kept)); });
        });
        return std::nullopt;
    }

    void hold(bool held) { held_ = held; }
    std::size_t waiting() const { return asked_.size() + answers_.size(); }
    bool has_work() const { return !held_ && waiting() > 0; }
    // Does the oldest thing asked, or gives the oldest answer where there is one and `answer_first`.
    void step(bool answer_first) {
        auto& queue = answers_.empty() || (!answer_first && !asked_.empty()) ? asked_ : answers_;
        if (queue.empty()) return;
        auto task = std::move(queue.front());
        queue.pop_front();
        task();
    }

private:
    bool held_ = false;
    std::deque<std::function<void()>> asked_;
    std::deque<std::function<void()>> answers_;
};

}  // namespace tidegate::kit
