// What a calculation answers: the premium with its factors, discounts and instalments, exact to the cent, and its JSON.
// Thread rule: [any-thread], value types and pure functions.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "rating/step_runner.hpp"

namespace tidegate::rating {

struct DiscountAmount {
    std::string name;
    Decimal amount;
    Decimal percentage;  // 10 = 10 %
};

struct Installment {
    int due_month = 0;  // months after the effective date
    Decimal amount;
};

struct Premium {
    Decimal base;
    Decimal total;
    Decimal monthly;  // the regular instalment of the manual's regular plan
    std::vector<std::pair<std::string, Decimal>> factors;
    std::vector<DiscountAmount> discounts;  // their amounts sum to before minus after of the discount steps
    std::vector<Installment> installments;  // they sum to the total
    std::string currency;
};

// Everything that reduces the premium in one step shares its amount pro rata; the last takes what is left.
std::vector<DiscountAmount> discounts_of(const Manual& manual, const std::vector<StepRecord>& steps);

// Exact cents, the remainder on the first.
std::vector<Installment> split_installments(const InstallmentPlan& plan, const Decimal& total);

Premium premium_of(const Manual& manual, const std::vector<StepRecord>& steps);

// The protocol's `premium` object. Money has exactly two decimals; pass this text on as it is, since a JSON library
// reading it would turn the numbers into doubles.
std::string premium_json(const Premium& premium);

}  // namespace tidegate::rating
