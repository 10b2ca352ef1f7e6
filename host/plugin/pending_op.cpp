#include "plugin/pending_op.hpp"

#include "plugin/strand.hpp"

#include <utility>

namespace tidegate::plugin {

PendingOp::PendingOp(Hook& owner, tg_done done) : hook(&owner), strand(owner.strand), done_(done) {}
PendingOp::~PendingOp() = default;

void PendingOp::finish(tg_rc outcome, BufferRef value, std::uint64_t count, std::string text) {
    if (claim()) complete(outcome, std::move(value), count, std::move(text));
}

void PendingOp::answer(tg_rc outcome, BufferRef value, std::uint64_t count, std::string text) {
    auto working = State::kWorking;
    if (claim() || state_.compare_exchange_strong(working, State::kAnswered, std::memory_order_acq_rel))
        complete(outcome, std::move(value), count, std::move(text));
}

void PendingOp::complete(tg_rc outcome, BufferRef value, std::uint64_t count, std::string text) {
    rc = outcome;
    bytes = std::move(value);
    number = count;
    error = std::move(text);
    strand->complete(PendingOpRef(this));
}

void PendingOp::end_work(tg_rc outcome) {
    state_.store(State::kClaimed, std::memory_order_release);
    rc = outcome;
    strand->complete(PendingOpRef(this));
}

void PendingOps::add(const PendingOpRef& op) {
    op->retain();
    op->next = first_;
    op->previous = nullptr;
    if (first_) first_->previous = op.get();
    first_ = op.get();
}

void PendingOps::remove(PendingOp& op) {
    (op.previous ? op.previous->next : first_) = op.next;
    if (op.next) op.next->previous = op.previous;
    op.next = op.previous = nullptr;
    op.release();
}

}  // namespace tidegate::plugin
