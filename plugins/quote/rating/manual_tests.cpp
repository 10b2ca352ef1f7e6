// Runs the tests a manual carries: its inputs are read, its steps performed, every expected amount compared.
#include "rating/manual_parts.hpp"
#include "rating/step_runner.hpp"

namespace tidegate::rating {
namespace {

class TestRun {
public:
    TestRun(const Manual& manual, const ManualTest& test, std::string path, Problems& problems)
        : manual_(manual), test_(test), path_(std::move(path)), problems_(problems) {}

    void run() {
        check_names();
        FieldErrors errors;
        const InputValues inputs = read_inputs(manual_.inputs, test_.in, 0, errors);
        for (const FieldError& error : errors) refuse(error.message);
        if (!errors.empty()) return;
        try {
            perform(inputs);
        } catch (const ArithmeticError& error) {
            refuse(error.what());
        }
    }

private:
    void refuse(std::string text) { problems_.push_back({path_, std::move(text)}); }

    void check_names() {
        for (const JsonMember& member : test_.in.members) {
            if (!find_input(manual_, member.name)) refuse("\"" + member.name + "\" is no input");
        }
        for (const auto& [step, after] : test_.steps) {
            if (step != kFinalStep && !find_step(manual_, step)) refuse("\"" + step + "\" is no step");
        }
    }

    // The first differing step explains those after it: only that one is named, and the total.
    void perform(const InputValues& inputs) {
        Decimal amount;
        bool differs = false;
        int seq = 0;
        for (const Step& step : manual_.steps) {
            amount = run_step(manual_, step, inputs, amount, ++seq).after;
            differs = differs || !compare("step " + step.id, expected(step.id), amount);
        }
        amount = run_final_step(manual_, amount, ++seq).after;
        if (!differs) compare("step final", expected(kFinalStep), amount);
        compare("total", &test_.total, amount);
    }

    const Decimal* expected(std::string_view step) const {
        for (const auto& entry : test_.steps) {
            if (entry.first == step) return &entry.second;
        }
        return nullptr;
    }

    bool compare(const std::string& what, const Decimal* wanted, const Decimal& got) {
        if (wanted == nullptr || *wanted == got) return true;
        refuse(what + ": expected " + wanted->to_fixed(2) + ", got " + got.to_fixed(2));
        return false;
    }

    const Manual& manual_;
    const ManualTest& test_;
    std::string path_;
    Problems& problems_;
};

}  // namespace

void run_manual_tests(const Manual& manual, Problems& problems) {
    for (std::size_t i = 0; i < manual.tests.size(); ++i) {
        const ManualTest& test = manual.tests[i];
        TestRun(manual, test, "tests[" + std::to_string(i) + "] (" + test.name + ")", problems).run();
    }
}

}  // namespace tidegate::rating
