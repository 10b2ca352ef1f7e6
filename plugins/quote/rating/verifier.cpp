#include "rating/verifier.hpp"

#include <algorithm>
#include <optional>

#include "rating/json_value.hpp"
#include "rating/ratio.hpp"
#include "rating/sha256.hpp"

namespace tidegate::rating {
namespace {

class TraceCheck {
public:
    explicit TraceCheck(std::vector<std::string>& problems) : problems_(problems) {}

    void run(const JsonValue& trace) {
        check_hash(trace);
        inputs_ = trace.find("inputs");
        const JsonValue* steps = trace.find("steps");
        if (steps == nullptr || !steps->is_array() || steps->items.empty()) return refuse("the trace has no steps");
        for (const JsonValue& step : steps->items) check_step(step);
        const auto total = money(trace, "total");
        if (total != running_) refuse("the total is not what the last step leaves");
        check_charges(trace);
    }

private:
    void refuse(std::string what) { problems_.push_back(std::move(what)); }

    static std::string text_of(const JsonValue& object, std::string_view name) {
        const JsonValue* found = object.find(name);
        return found != nullptr && found->is_string() ? found->text : std::string();
    }

    // Written as the trace writes money: at least two decimals, no digit to spare.
    std::optional<Decimal> money(const JsonValue& object, std::string_view name) {
        const std::string text = text_of(object, name);
        const auto value = Decimal::parse(text);
        if (value && value->to_fixed(2) == text) return value;
        refuse("\"" + std::string(name) + "\" is no amount: \"" + text + "\"");
        return std::nullopt;
    }

    std::optional<Ratio> ratio(const JsonValue& object, std::string_view name) {
        const std::string text = text_of(object, name);
        const auto value = Ratio::parse(text);
        if (value && value->text() == text) return value;
        refuse("\"" + std::string(name) + "\" is no exact number: \"" + text + "\"");
        return std::nullopt;
    }

    void check_hash(const JsonValue& trace) {
        JsonValue body = trace;
        const auto is_hash = [](const JsonMember& member) { return member.name == "trace_sha256"; };
        body.members.erase(std::remove_if(body.members.begin(), body.members.end(), is_hash), body.members.end());
        if (sha256_hex(canonical_json(body)) != text_of(trace, "trace_sha256")) refuse("the hash does not match");
    }

    void check_step(const JsonValue& step) {
        ++count_;
        const std::string name = "step " + std::to_string(count_) + " (" + text_of(step, "step") + ")";
        const JsonValue* seq = step.find("seq");
        if (seq == nullptr || seq->text != std::to_string(count_)) refuse(name + " is out of sequence");
        check_phase(step, name);
        if ((text_of(step, "op") == "set") != (count_ == 1)) refuse(name + " does not start the premium where it must");
        const auto before = money(step, "before");
        const auto after = money(step, "after");
        const auto delta = money(step, "delta");
        const auto operand = ratio(step, "operand");
        const auto exact = ratio(step, "exact");
        if (!before || !after || !delta || !operand || !exact) return refuse(name + " cannot be read");
        if (*before != running_) refuse(name + " does not start where the step before ended");
        if (perform(step, *before, *operand) != *exact) refuse(name + ": the exact result is another");
        if (round(step, *exact) != *after) refuse(name + ": the rounded result is another");
        if (*after - *before != *delta) refuse(name + ": the delta is another");
        running_ = *after;
        tally(step, *delta);
        check_keys(step, name);
        if (const JsonValue* terms = step.find("terms")) {
            for (const JsonValue& term : terms->items) check_keys(term, name);
        }
    }

    void check_phase(const JsonValue& step, const std::string& name) {
        const JsonValue* found = step.find("phase");
        const auto phase = found != nullptr ? Decimal::parse(found->text) : std::nullopt;
        if (!phase || *phase < phase_ || *phase > Decimal(10))
            return refuse(name + " is of no phase that may stand here");
        phase_ = *phase;
    }

    static std::optional<Ratio> perform(const JsonValue& step, const Decimal& before, const Ratio& operand) {
        const std::string op = text_of(step, "op");
        if (op == "set") return operand;
        if (op == "add") return Ratio(before) + operand;
        if (op == "mul") return Ratio(before) * operand;
        if (op == "round" && operand == Ratio(before)) return operand;
        return std::nullopt;
    }

    static std::optional<Decimal> round(const JsonValue& step, const Ratio& exact) {
        const JsonValue* rule = step.find("round");
        if (rule == nullptr) return std::nullopt;
        if (rule->is(JsonValue::Kind::kNull)) return exact.as_decimal();
        const auto quantum = Decimal::parse(text_of(*rule, "q"));
        const auto mode = parse_rounding_mode(text_of(*rule, "mode"));
        if (!quantum || !mode) return std::nullopt;
        return exact.round_to({*quantum, *mode});
    }

    void tally(const JsonValue& step, const Decimal& delta) {
        const std::string charge = text_of(step, "charge");
        if (charge == "premium") {
            premium_ = premium_ + delta;
        } else {
            others_.push_back({charge, text_of(step, "step"), delta});
        }
    }

    void check_keys(const JsonValue& lookup, const std::string& name) {
        const JsonValue* keys = lookup.find("keys");
        if (keys == nullptr) return;
        for (const JsonMember& key : keys->members) {
            const JsonValue* input = inputs_ != nullptr ? inputs_->find(key.name) : nullptr;
            if (input == nullptr || text_of(*input, "value") != key.value.text) {
                refuse(name + ": key " + key.name + " is not the input");
            }
        }
    }

    void check_charges(const JsonValue& trace) {
        const JsonValue* charges = trace.find("charges");
        if (charges == nullptr || charges->items.size() != others_.size() + 1)
            return refuse("the charges are not those of the steps");
        Decimal sum;
        for (std::size_t i = 0; i < charges->items.size(); ++i) {
            const JsonValue& charge = charges->items[i];
            const auto amount = money(charge, "amount");
            if (!amount) return;
            const Tallied wanted = i == 0 ? Tallied{"premium", "rating", premium_} : others_[i - 1];
            if (text_of(charge, "category") != wanted.category || text_of(charge, "type") != wanted.step ||
                *amount != wanted.amount) {
                refuse("charge " + wanted.step + " is another");
            }
            sum = sum + *amount;
        }
        if (sum != running_) refuse("the charges do not sum to the total");
    }

    struct Tallied {
        std::string category;
        std::string step;
        Decimal amount;
    };

    std::vector<std::string>& problems_;
    const JsonValue* inputs_ = nullptr;
    Decimal running_;
    Decimal premium_;
    std::vector<Tallied> others_;
    Decimal phase_{1};
    int count_ = 0;
};

}  // namespace

Verification verify_trace(std::string_view trace_json) {
    Verification out;
    std::string error;
    const auto trace = parse_json(trace_json, error);
    if (!trace || !trace->is_object()) {
        out.problems.push_back(trace ? "the trace is no object" : error);
        return out;
    }
    try {
        TraceCheck(out.problems).run(*trace);
    } catch (const ArithmeticError& problem) {
        out.problems.push_back(problem.what());
    }
    return out;
}

}  // namespace tidegate::rating
