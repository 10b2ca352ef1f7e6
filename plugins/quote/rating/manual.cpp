#include "rating/manual.hpp"

namespace tidegate::rating {

std::string_view step_op_name(StepOp op) {
    switch (op) {
        case StepOp::kSet:
            return "set";
        case StepOp::kMultiply:
            return "mul";
        case StepOp::kAdd:
            return "add";
    }
    return "";
}

std::string_view rule_kind_name(RuleKind kind) {
    switch (kind) {
        case RuleKind::kEligibility:
            return "eligibility";
        case RuleKind::kReferral:
            return "referral";
        case RuleKind::kDecline:
            return "decline";
    }
    return "";
}

std::string ManualLoad::text() const {
    std::string out;
    for (const Problem& problem : problems) out += problem.path + ": " + problem.text + "\n";
    return out;
}

const InstallmentPlan& Manual::plan() const {
    for (const InstallmentPlan& candidate : plans) {
        if (candidate.name == regular_plan) return candidate;
    }
    return plans.front();
}

}  // namespace tidegate::rating
