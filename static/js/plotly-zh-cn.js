/* The words that plotly itself shows, in Chinese: plotly brings no zh-CN locale. */
(function () {
  "use strict";

  if (!window.Plotly) {
    return;
  }
  var months = [];
  for (var month = 1; month <= 12; month += 1) {
    months.push(month + "月");
  }
  window.Plotly.register({
    moduleType: "locale",
    name: "zh-CN",
    dictionary: {
      Autoscale: "自动缩放",
      "Box Select": "矩形框选",
      "Click to enter Plot title": "点击输入图表标题",
      "Click to enter X axis title": "点击输入横轴标题",
      "Click to enter Y axis title": "点击输入纵轴标题",
      "Compare data on hover": "悬停时对比数据",
      "Double-click on legend to isolate one trace": "双击图例单独显示",
      "Double-click to zoom back out": "双击还原缩放",
      "Download plot": "下载图片",
      "Download plot as a PNG": "下载图片（PNG）",
      "Download plot as a png": "下载图片（PNG）",
      "Lasso Select": "套索选择",
      Pan: "平移",
      Reset: "重置",
      "Reset axes": "重置坐标轴",
      "Show closest data on hover": "悬停时显示最近的数据",
      "Snapshot succeeded": "图片已生成",
      "Sorry, there was a problem downloading your snapshot!": "图片下载失败，请重试",
      "Taking snapshot - this may take a few seconds": "正在生成图片，请稍候",
      Zoom: "缩放",
      "Zoom in": "放大",
      "Zoom out": "缩小",
    },
    format: {
      days: ["星期日", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六"],
      shortDays: ["周日", "周一", "周二", "周三", "周四", "周五", "周六"],
      months: months,
      shortMonths: months,
      date: "%Y年%-m月%-d日",
    },
  });
})();
