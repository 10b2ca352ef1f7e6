// The quote plugin: quotes as documents, their premium calculated live. Hooks of one quote share the strand of its
// channel, but for on_events, which hears of the edits of all; what outlives a hook is a ticket in a task, a document,
// or memory that may be lost (Calculations). Its parts: updates.cpp (changing, cancelling), recalculate.cpp (edits of
// single fields), calculate.cpp (a calculation's tasks), failures.cpp, http.cpp. Thread rule: hooks [strand];
// configure, self_check and start [control].
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <tidegate/plugin.hpp>

#include "calculations.hpp"
#include "edit_pause.hpp"
#include "messages.hpp"
#include "quote_document/access.hpp"
#include "quote_document/edit.hpp"
#include "quote_document/stored_quote.hpp"

namespace tidegate::quote {

class QuotePlugin final : public tg::Plugin {
public:
    tg::Status configure(std::string_view json);
    tg::Status self_check();
    tg::Status start();

    tg::Task<tg::Status> on_open(tg::Open open);
    tg::Task<tg::Status> on_subscribe(tg::Subscribe subscribe);
    tg::Task<tg::Status> on_message(tg::Message message);
    tg::Task<tg::Status> on_http(tg::HttpRequest request);
    tg::Task<tg::Status> on_task(tg::TaskMessage task);
    tg::Status on_events(const tg::Events& events);

private:
    // A quote as it stands; not found is no failure.
    struct Loaded {
        Loaded() {}
        bool exists = false;
        std::uint64_t revision = 0;
        StoredQuote quote;
        std::optional<std::string> created_by() const;
    };
    tg::Task<tg::Result<Loaded>> load(std::string quote_id);
    tg::Task<tg::Status> may_view(std::string quote_id, Access access);

    // updates.cpp
    tg::Task<tg::Status> update(tg::Message message);
    tg::Task<EditOutcome> apply_for_sure(Edit edit);
    tg::Task<tg::Status> cancel(tg::Message message);
    tg::Status calculate_for(const tg::Message& message, UpdateRequest request, std::uint64_t revision);

    // recalculate.cpp
    tg::Status on_edit(const tg::Event& event);
    tg::Task<tg::Status> on_pause(tg::TaskMessage task);
    tg::Task<> recalculate(std::uint64_t scope, PauseTimer timer);

    // calculate.cpp
    tg::Status start_calculation(std::uint64_t scope, Ticket ticket);
    tg::Task<tg::Status> on_calculate(tg::TaskMessage task);
    tg::Task<> advance(std::uint64_t scope, Ticket ticket);
    tg::Task<std::unique_ptr<Running>> resume(std::uint64_t scope, Ticket ticket);
    tg::Task<> conclude(std::uint64_t scope, Ticket ticket, std::unique_ptr<Running> running);
    tg::Task<tg::Status> store_rating(Ticket ticket, Rated rated, std::string trace, std::string timestamp);
    tg::Task<tg::Status> store_failure(Ticket ticket, Refusal refusal);
    void run_phase(const Ticket& ticket, Running& running);
    bool still_current(std::uint64_t scope, const Ticket& ticket);
    void answer_refusal(std::uint64_t scope, const Ticket& ticket, const Refusal& refusal);
    void give_up(std::uint64_t scope, const Ticket& ticket, const tg::Status& why);
    void try_again(std::uint64_t scope, Ticket ticket);

    // failures.cpp
    void tell_failure(const Ticket& ticket, std::string_view code);
    tg::Task<tg::Status> on_failed(tg::TaskMessage task);

    // http.cpp
    tg::Task<tg::Status> create_quote(tg::HttpRequest request);
    tg::Task<tg::Status> list_quotes(tg::HttpRequest request);
    tg::Task<tg::Status> read_quote(tg::HttpRequest request);
    tg::Task<tg::Status> read_versions(tg::HttpRequest request);
    tg::Task<tg::Status> read_trace(tg::HttpRequest request);
    tg::Task<tg::Status> may_fetch(std::string quote_id, Access access);

    std::shared_ptr<const rating::ManualCatalog> manuals() const;

    mutable std::mutex manuals_lock_;
    std::shared_ptr<const rating::ManualCatalog> manuals_;
    Calculations calculations_;
    EditPauses pauses_;

    tg::Counter calculations_total_;
    tg::Counter cancelled_total_;
    tg::Counter failed_total_;
    tg::Histogram phase_us_;
    tg::Histogram calculation_us_;
};

inline constexpr std::string_view kFailedTask = "failed";

// Of nobody, yet.
Ticket new_ticket(std::string quote_id, std::uint64_t revision, std::string sub);

// What a store's refusal tells a client: the kind of it, without the store's internals, which are logged.
tg::Status refusal_of(const tg::Status& why);

// Kept with a version: how it came about.
inline constexpr std::string_view kCreateNote = R"({"kind":"create"})";
inline constexpr std::string_view kUpdateNote = R"({"kind":"update"})";

}  // namespace tidegate::quote
