#pragma once

// TableCall: an awaitable over one function of an extension's table whose arguments are texts and numbers, which it
// owns. Table says which table, Answer how its outcome is read. Not for authors. [strand]

#include <tidegate/detail/op.hpp>

#include <cstdint>
#include <string>
#include <tuple>
#include <utility>

namespace tg::detail {

inline tg_str as_argument(const std::string& text) noexcept { return str(text); }
inline std::uint64_t as_argument(std::uint64_t number) noexcept { return number; }
inline std::uint32_t as_argument(std::uint32_t number) noexcept { return number; }
inline std::int64_t as_argument(std::int64_t number) noexcept { return number; }

template <class Table, auto Call, class Answer, class... Arguments>
class [[nodiscard(TG_AWAIT_IT)]] TableCall
    : public Op<TableCall<Table, Call, Answer, Arguments...>, Result<typename Answer::Type>> {
public:
    explicit TableCall(Arguments... arguments) : arguments_(std::move(arguments)...) {}
    tg_rc start(tg_hook* hook, tg_result* now, tg_done done) noexcept {
        const auto* table = Table::get();
        if (!table) return absent(now, Table::kId);
        return std::apply(
            [&](const Arguments&... each) { return (table->*Call)(g_host, hook, as_argument(each)..., now, done); },
            arguments_);
    }
    Result<typename Answer::Type> value(Outcome&& outcome) {
        if (outcome.rc < 0) return std::move(outcome).status();
        return Answer::read(std::move(outcome));
    }

private:
    std::tuple<Arguments...> arguments_;
};

// The answer is the number.
struct CountAnswer {
    using Type = std::uint64_t;
    static Result<Type> read(Outcome&& outcome) { return outcome.number; }
};
struct IntegerAnswer {
    using Type = std::int64_t;
    static Result<Type> read(Outcome&& outcome) { return static_cast<Type>(outcome.number); }
};
struct FlagAnswer {
    using Type = bool;
    static Result<Type> read(Outcome&& outcome) { return outcome.number != 0; }
};

}  // namespace tg::detail

template <class Table, auto Call, class Answer, class... Arguments>
inline constexpr bool tg::is_awaitable<tg::detail::TableCall<Table, Call, Answer, Arguments...>> = true;
